fn twice(n: i64) -> i64 {
    n + n
}

fn main() {
    println!("{}", twice(4));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_test_of_its_own() {
        assert_eq!(twice(2), 5);
    }
}
