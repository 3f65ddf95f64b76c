/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of vendor, a device whose state can be saved and restored. BAR0, 32 bits wide,
 * little-endian. To save: STATE = STOPPED, COMMAND = SAVE, then read SIZE bytes from WINDOW, page
 * by page (PAGE selects the page). To restore: STATE = STOPPED, write SIZE and WINDOW likewise,
 * COMMAND = LOAD, STATE = RUNNING.
 */
#ifndef LAB_DEVICES_VENDOR_REGS_H
#define LAB_DEVICES_VENDOR_REGS_H

#define VENDOR_VENDOR 0x1234
#define VENDOR_DEVICE 0x7e58

enum vendor_reg {
	VENDOR_ID = 0x00,
	VENDOR_STATE = 0x04,   /* enum vendor_state */
	VENDOR_COMMAND = 0x08, /* enum vendor_command; completes before the write does */
	VENDOR_RESULT = 0x0c,  /* errno of the last command */
	VENDOR_SIZE = 0x10,    /* bytes of saved state */
	VENDOR_PAGE = 0x14,    /* page of the saved state that is in the window */
	VENDOR_COUNTER = 0x20, /* incremented by each read while running */
	VENDOR_VALUES = 0x40,  /* 16 words, writable while running */
	VENDOR_VALUES_END = 0x80,
	VENDOR_WINDOW = 0x100,
	VENDOR_WINDOW_END = 0x200,
};

enum vendor_state {
	VENDOR_RUNNING = 0,
	VENDOR_STOPPED = 1,
	VENDOR_BROKEN = 2, /* an invalid state was loaded; only a reset helps */
};

enum vendor_command {
	VENDOR_SAVE = 1,
	VENDOR_LOAD = 2,
};

#define VENDOR_ID_VALUE 0x7e58de71u
#define VENDOR_SAVE_MAX 4096u

#endif
