python3 -m pytest --color=no test_*.py
