lambda { |stdout, stderr, status|
  return :green if status == 0
  return :red if /FAILED/.match(stdout)
  :amber
}
