lambda { |stdout, stderr, status|
  return :green if /0 failures, 0 errors/.match(stdout)
  return :red if /failures/.match(stdout)
  :amber
}
