#include <stdio.h>

int answer(void)
{
	return 6 * 9; // "wrong" \ </script>
}
