echo one
echo two
