#[link(name = "/etc/passwd", kind = "static")]
extern "C" {}
fn main() {}
