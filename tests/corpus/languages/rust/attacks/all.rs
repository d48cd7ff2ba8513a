use std::{env, fs, net, process::Command};
fn attempt<T, E>(name: &str, got: Result<T, E>) { if got.is_ok() { println!("BREACH {name}"); } }
fn main() {
    attempt("process", Command::new("/bin/true").status());
    attempt("passwd", fs::read("/etc/passwd"));
    attempt("root", fs::read_dir("/"));
    attempt("above", fs::read_dir(".."));
    attempt("write", fs::write("/tmp/BREACH", "x"));
    attempt("environ", fs::read("/proc/self/environ"));
    attempt("socket", net::TcpStream::connect("127.0.0.1:8000"));
    attempt("server", net::TcpListener::bind("127.0.0.1:0"));
    attempt("link", std::os::unix::fs::symlink("/etc/passwd", "link"));
    attempt("keys", env::var("TRUEGOLD_API_KEYS"));
}
