bats --tap ./test_*.sh
