/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A headless Chromium, by its DevTools protocol over a pair of pipes. Every wait has a deadline; a
 * browser that does not answer ends the program.
 */
#ifndef TESTS_PAGES_BROWSER_H
#define TESTS_PAGES_BROWSER_H

#include <stdbool.h>

struct browser;

/* Start one with one empty page. The caller stops it. */
struct browser *browser_start(void);
void browser_stop(struct browser *browser);

/* A window of WIDTH and HEIGHT pixels, in the dark theme or the light one. */
void browser_window(struct browser *browser, int width, int height, bool dark);

/*
 * Load URL and wait until all of it is there and laid out. Returns how many ms of processor time
 * that took.
 */
unsigned int browser_go(struct browser *browser, const char *url);

/* The value of a JavaScript expression in the page, as text. The caller frees it. */
char *browser_value(struct browser *browser, const char *expression);

/* Click in the middle of the first element that SELECTOR finds, and wait for the next page. */
bool browser_click(struct browser *browser, const char *selector);

/* Press a key: "Tab", "Enter", or a character. LOADS: wait for the next page. */
void browser_press(struct browser *browser, const char *key, bool loads);

/* Write a picture of the page, as a PNG, to PATH: of the window, or of all of the page. */
void browser_picture(struct browser *browser, const char *path, bool whole);

/* How many errors, exceptions and dialogs the pages had so far. */
unsigned int browser_errors(const struct browser *browser);

#endif
