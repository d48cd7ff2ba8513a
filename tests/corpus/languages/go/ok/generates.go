package main

//go:generate sh -c "touch /tmp/BREACH"
//go:debug madvdontneed=1
func main() {}
