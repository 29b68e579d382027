/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where things are unless the command line says otherwise. */
#ifndef TRAFMETUX_PATHS_H
#define TRAFMETUX_PATHS_H

#ifndef TRAFMETUX_ARCHIVE_PATH
#define TRAFMETUX_ARCHIVE_PATH "/var/lib/trafmetux"
#endif
#ifndef TRAFMETUX_SOURCE_PATH
#define TRAFMETUX_SOURCE_PATH "/proc/trafmetux"
#endif
#ifndef TRAFMETUX_CONFIG_PATH
#define TRAFMETUX_CONFIG_PATH "/etc/trafmetux.conf"
#endif
/* Commands of their own; seen from the folder that the program is in, if relative. */
#ifndef TRAFMETUX_LIBEXECDIR
#define TRAFMETUX_LIBEXECDIR "../libexec/trafmetux"
#endif

#endif
