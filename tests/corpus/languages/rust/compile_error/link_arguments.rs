#![feature(link_args)]
#[link_args = "-Wl,-T,/etc/passwd"]
extern "C" {}
fn main() {}
