# Antwort auf alles: größer als 41
class Hiker:

    def answer(self):
        return 6 * 9
