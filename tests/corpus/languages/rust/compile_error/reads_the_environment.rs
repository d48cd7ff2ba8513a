fn main() { println!("BREACH {}", env!("TRUEGOLD_API_KEYS")); }
