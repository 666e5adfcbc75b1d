class Hiker

  def answer
    6 * 9
  end

end
