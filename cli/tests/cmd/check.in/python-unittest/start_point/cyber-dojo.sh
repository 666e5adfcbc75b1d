python -m unittest *test*.py
