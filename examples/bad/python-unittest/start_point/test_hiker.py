import unittest
import hiker


class TestHiker(unittest.TestCase):
    def test_answer(self):
        self.assertEqual(42, hiker.answer())
