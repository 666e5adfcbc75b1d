source ./hiker.sh

@test "life the universe and everything" {
  [ "$(answer)" = 42 ]
}
