require_relative 'hiker'
require 'minitest/autorun'

class TestHiker < Minitest::Test

  def test_life_the_universe_and_everything
    assert_equal 42, Hiker.new.answer
  end

end
