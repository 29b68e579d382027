// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include <xtables.h>

#include "monitor_name.h"

void monitor_name_take(const char *extension, const char *text, char *name)
{
	switch (xt_trafmetux_name_check(text)) {
	case XT_TRAFMETUX_NAME_OK:
		break;
	case XT_TRAFMETUX_NAME_EMPTY:
		xtables_error(PARAMETER_PROBLEM,
			      "%s: --monitor needs a name, it is empty", extension);
	case XT_TRAFMETUX_NAME_UNTERMINATED:
		xtables_error(PARAMETER_PROBLEM,
			      "%s: --monitor \"%s\" is too long, a name can have at most %d characters",
			      extension, text, XT_TRAFMETUX_NAME_SIZE - 1);
	case XT_TRAFMETUX_NAME_FIRST:
		xtables_error(PARAMETER_PROBLEM,
			      "%s: --monitor \"%s\" must not begin with '.' or '-'",
			      extension, text);
	case XT_TRAFMETUX_NAME_CHARACTER:
		xtables_error(PARAMETER_PROBLEM,
			      "%s: --monitor \"%s\" has a character other than A-Za-z0-9_.:+@-",
			      extension, text);
	}
	memset(name, 0, XT_TRAFMETUX_NAME_SIZE);
	memcpy(name, text, strlen(text));
}
