package main
func main( {
