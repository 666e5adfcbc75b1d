set -e
python3 -m pytest test_*.py
