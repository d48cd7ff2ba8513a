package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
)

func attempt(name string, err error) {
	if err == nil {
		fmt.Println("BREACH", name)
	}
}

func main() {
	attempt("process", exec.Command("/bin/true").Run())
	_, err := os.ReadFile("/etc/passwd")
	attempt("passwd", err)
	_, err = os.ReadDir("..")
	attempt("above", err)
	attempt("write", os.WriteFile("/tmp/BREACH", nil, 0o600))
	_, err = os.ReadFile("/proc/self/environ")
	attempt("environ", err)
	_, err = net.Dial("tcp", "127.0.0.1:8000")
	attempt("socket", err)
	attempt("parent", syscall.Kill(os.Getppid(), 0))
	attempt("exec", syscall.Exec("/bin/true", []string{"true"}, nil))
}
