@echo off
pytest
