/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What meters by BPF left behind in network namespaces that are gone. */
#ifndef TRAFMETUX_METER_NAMESPACES_H
#define TRAFMETUX_METER_NAMESPACES_H

/**
 * meter_namespaces_note - which namespace a folder of pins is of: this one
 * @folder:	as of meter_pins_folder()
 *
 * Its name is no number that /proc knows. What fails has the folder stay for ever.
 */
void meter_namespaces_note(const char *folder);

/** meter_namespaces_forget - the folder is gone */
void meter_namespaces_forget(const char *folder);

/**
 * meter_namespaces_clean - take pins away that nobody can reach any more
 * @own:	the folder of this namespace, which stays
 *
 * They are those of a folder all of whose links have lost their devices, if no process,
 * open file or mount has its namespace. Filters don't tell; with them a folder stays.
 */
void meter_namespaces_clean(const char *own);

#endif
