lambda { |stdout, stderr, status| status == 0 ? :green : :red }
