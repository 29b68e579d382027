/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a program takes over from whoever starts it, and had better not. */
#ifndef TRAFMETUX_PROCESS_H
#define TRAFMETUX_PROCESS_H

/**
 * process_start - set right what was inherited: closed streams, the umask, signals
 *
 * To be called before anything is opened.
 */
void process_start(void);

#endif
