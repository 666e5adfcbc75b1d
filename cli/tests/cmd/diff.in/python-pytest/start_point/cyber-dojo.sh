pytest *test*.py
