package main

import _ "unsafe"

//go:cgo_ldflag "-Wl,-T,/etc/passwd"
//go:cgo_import_dynamic puts puts "libc.so.6"
//go:linkname exit os.runtime_beforeExit
func exit()

func main() {}
