for test_file in test*.rb
do
  ruby "${test_file}"
done
