// SPDX-License-Identifier: GPL-2.0-only
#include "tests/pages/browser.h"

#include "lab/base/alloc.h"
#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* Any answer of the browser, on a busy machine. */
#define DEADLINE_MS 120000

struct browser {
	pid_t pid;
	int to, from;
	struct buf read; /* messages, each with a NUL behind it */
	int last;	 /* number of a request */
	char *session;
	bool loaded;
	unsigned int errors;
	char *checks; /* checks.js */
};

static void fail(const char *what)
{
	fprintf(stderr, "error: browser: %s\n", what);
	exit(1);
}

static void run_browser(int to, int from)
{
	/* The protocol is spoken on 3 and 4; neither end may be one of these before. */
	int in = fcntl(to, F_DUPFD, 10), out = fcntl(from, F_DUPFD, 10);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(in, 3) < 0 || dup2(out, 4) < 0)
		_exit(127);
	execlp("chromium-headless-shell", "chromium-headless-shell", "--no-sandbox",
	       "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe",
	       "--user-data-dir=/tmp/browser", "about:blank", NULL);
	_exit(127);
}

/* A message of the browser that answers nothing: what happened. */
static void take_event(struct browser *browser, json_object *message)
{
	const char *method =
		json_object_get_string(json_object_object_get(message, "method")) ?: "";

	if (!strcmp(method, "Page.loadEventFired"))
		browser->loaded = true;
	if (!strcmp(method, "Runtime.exceptionThrown") || !strcmp(method, "Log.entryAdded") ||
	    !strcmp(method, "Page.javascriptDialogOpening")) {
		fprintf(stderr, "%s\n", json_object_to_json_string(message));
		browser->errors++;
	}
}

/* The next message; the caller puts it. */
static json_object *receive(struct browser *browser, int64_t deadline)
{
	char *end;
	json_object *message;

	while (!browser->read.len || !(end = memchr(browser->read.data, '\0', browser->read.len))) {
		struct pollfd ready = {.fd = browser->from, .events = POLLIN};
		int64_t left = deadline - now_ms();
		char data[65536];
		ssize_t len;

		if (left <= 0 || poll(&ready, 1, (int)left) <= 0)
			fail("no answer");
		len = read(browser->from, data, sizeof(data));
		if (len <= 0)
			fail("it ended");
		buf_add(&browser->read, data, (size_t)len);
	}
	message = json_tokener_parse(browser->read.data);
	buf_consume(&browser->read, (size_t)(end - browser->read.data) + 1);
	return message ?: json_object_new_object();
}

/* Call METHOD with PARAMETERS, which it puts. Returns its result, which the caller puts. */
static json_object *call(struct browser *browser, const char *method, json_object *parameters)
{
	json_object *request = json_object_new_object();
	int64_t deadline = now_ms() + DEADLINE_MS;
	const char *line;

	json_object_object_add(request, "id", json_object_new_int(++browser->last));
	json_object_object_add(request, "method", json_object_new_string(method));
	json_object_object_add(request, "params", parameters ?: json_object_new_object());
	if (browser->session)
		json_object_object_add(request, "sessionId",
				       json_object_new_string(browser->session));
	line = json_object_to_json_string(request);
	if (write_all(browser->to, line, strlen(line) + 1))
		fail("it takes no request");
	json_object_put(request);
	for (;;) {
		json_object *message = receive(browser, deadline), *result;

		if (json_object_get_int(json_object_object_get(message, "id")) != browser->last) {
			take_event(browser, message);
			json_object_put(message);
			continue;
		}
		if (!json_object_object_get_ex(message, "result", &result))
			fail(json_object_to_json_string(message));
		result = json_object_get(result);
		json_object_put(message);
		return result;
	}
}

static void call_only(struct browser *browser, const char *method, json_object *parameters)
{
	json_object_put(call(browser, method, parameters));
}

static json_object *with_text(const char *key, const char *value)
{
	json_object *made = json_object_new_object();

	json_object_object_add(made, key, json_object_new_string(value));
	return made;
}

/* The session of a new page: requests that follow are for it. */
static void open_page(struct browser *browser)
{
	json_object *made = call(browser, "Target.createTarget", with_text("url", "about:blank"));
	json_object *parameters = with_text(
		"targetId", json_object_get_string(json_object_object_get(made, "targetId")));
	json_object *attached;

	json_object_object_add(parameters, "flatten", json_object_new_boolean(true));
	attached = call(browser, "Target.attachToTarget", parameters);
	browser->session =
		text("%s", json_object_get_string(json_object_object_get(attached, "sessionId")));
	json_object_put(made);
	json_object_put(attached);
	call_only(browser, "Page.enable", NULL);
	call_only(browser, "Runtime.enable", NULL);
	call_only(browser, "Log.enable", NULL);
	call_only(browser, "Performance.enable", with_text("timeDomain", "threadTicks"));
}

struct browser *browser_start(void)
{
	struct browser *browser = zalloc(1, sizeof(*browser));
	int to[2], from[2];

	if (file_read("tests/pages/checks.js", &browser->checks, NULL))
		fail("no tests/pages/checks.js");
	if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
		fail(strerror(errno));
	browser->pid = fork();
	if (browser->pid < 0)
		fail(strerror(errno));
	if (!browser->pid)
		run_browser(to[0], from[1]);
	close(to[0]);
	close(from[1]);
	browser->to = to[1];
	browser->from = from[0];
	open_page(browser);
	return browser;
}

void browser_stop(struct browser *browser)
{
	kill(browser->pid, SIGKILL);
	waitpid(browser->pid, NULL, 0);
	close(browser->to);
	close(browser->from);
	buf_free(&browser->read);
	free(browser->session);
	free(browser->checks);
	free(browser);
}

void browser_window(struct browser *browser, int width, int height, bool dark)
{
	json_object *size = json_object_new_object(), *media = json_object_new_object();
	json_object *features = json_object_new_array();
	json_object *theme = with_text("name", "prefers-color-scheme");

	json_object_object_add(size, "width", json_object_new_int(width));
	json_object_object_add(size, "height", json_object_new_int(height));
	json_object_object_add(size, "deviceScaleFactor", json_object_new_int(1));
	json_object_object_add(size, "mobile", json_object_new_boolean(width < 600));
	call_only(browser, "Emulation.setDeviceMetricsOverride", size);
	json_object_object_add(theme, "value", json_object_new_string(dark ? "dark" : "light"));
	json_object_array_add(features, theme);
	json_object_object_add(media, "features", features);
	call_only(browser, "Emulation.setEmulatedMedia", media);
}

static void wait_for_load(struct browser *browser)
{
	int64_t deadline = now_ms() + DEADLINE_MS;

	while (!browser->loaded) {
		json_object *message = receive(browser, deadline);

		take_event(browser, message);
		json_object_put(message);
	}
	free(browser_value(browser, browser->checks));
}

/* Seconds of processor time that the thread which makes pages has had. */
static double processor_seconds(struct browser *browser)
{
	json_object *answer = call(browser, "Performance.getMetrics", NULL);
	json_object *metrics = json_object_object_get(answer, "metrics");
	double seconds = 0;

	for (size_t i = 0; i < json_object_array_length(metrics); i++) {
		json_object *metric = json_object_array_get_idx(metrics, i);
		const char *name = json_object_get_string(json_object_object_get(metric, "name"));

		if (!strcmp(name, "TaskDuration"))
			seconds = json_object_get_double(json_object_object_get(metric, "value"));
	}
	json_object_put(answer);
	return seconds;
}

unsigned int browser_go(struct browser *browser, const char *url)
{
	double before = processor_seconds(browser);

	browser->loaded = false;
	call_only(browser, "Page.navigate", with_text("url", url));
	wait_for_load(browser);
	free(browser_value(browser, "document.body.offsetHeight"));
	return (unsigned int)(1000 * (processor_seconds(browser) - before));
}

char *browser_value(struct browser *browser, const char *expression)
{
	json_object *parameters = with_text("expression", expression);
	json_object *answer, *result, *value;
	char *said;

	json_object_object_add(parameters, "returnByValue", json_object_new_boolean(true));
	answer = call(browser, "Runtime.evaluate", parameters);
	if (json_object_object_get_ex(answer, "exceptionDetails", &value))
		fail(json_object_to_json_string(value));
	result = json_object_object_get(answer, "result");
	said = json_object_object_get_ex(result, "value", &value)
		       ? text("%s", json_object_get_string(value) ?: "")
		       : text("%s", "");
	json_object_put(answer);
	return said;
}

static void mouse(struct browser *browser, const char *type, double x, double y)
{
	json_object *event = with_text("type", type);

	json_object_object_add(event, "x", json_object_new_double(x));
	json_object_object_add(event, "y", json_object_new_double(y));
	json_object_object_add(event, "button", json_object_new_string("left"));
	json_object_object_add(event, "clickCount", json_object_new_int(1));
	call_only(browser, "Input.dispatchMouseEvent", event);
}

bool browser_click(struct browser *browser, const char *selector)
{
	cleanup_free char *expression = text("middle(%c%s%c)", '`', selector, '`');
	cleanup_free char *place = browser_value(browser, expression);
	double x, y;

	if (sscanf(place, "%lf %lf", &x, &y) != 2)
		return false;
	browser->loaded = false;
	mouse(browser, "mousePressed", x, y);
	mouse(browser, "mouseReleased", x, y);
	wait_for_load(browser);
	return true;
}

static void key_event(struct browser *browser, const char *type, const char *key)
{
	json_object *event = with_text("type", type);
	int code = !strcmp(key, "Tab") ? 9 : !strcmp(key, "Enter") ? 13 : (unsigned char)key[0];

	json_object_object_add(event, "key", json_object_new_string(key));
	json_object_object_add(event, "windowsVirtualKeyCode", json_object_new_int(code));
	if (!strcmp(type, "keyDown") && strcmp(key, "Tab") != 0)
		json_object_object_add(event, "text",
				       json_object_new_string(!strcmp(key, "Enter") ? "\r" : key));
	call_only(browser, "Input.dispatchKeyEvent", event);
}

void browser_press(struct browser *browser, const char *key, bool loads)
{
	browser->loaded = !loads;
	key_event(browser, "keyDown", key);
	key_event(browser, "keyUp", key);
	if (loads)
		wait_for_load(browser);
}

/* Base64 without line breaks, in place. Returns the length. */
static size_t decode(char *data)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned int bits = 0, count = 0;
	size_t len = 0;

	for (const char *at = data; *at && *at != '='; at++) {
		bits = bits << 6 | (unsigned int)(strchr(digits, *at) - digits);
		count += 6;
		if (count >= 8)
			data[len++] = (char)(bits >> (count -= 8));
	}
	return len;
}

void browser_picture(struct browser *browser, const char *path, bool whole)
{
	json_object *parameters = with_text("format", "png"), *answer;
	cleanup_free char *data = NULL;
	size_t len;

	json_object_object_add(parameters, "captureBeyondViewport", json_object_new_boolean(whole));
	answer = call(browser, "Page.captureScreenshot", parameters);
	data = text("%s", json_object_get_string(json_object_object_get(answer, "data")));
	len = decode(data);
	json_object_put(answer);
	if (file_write(path, data, len))
		fail(path);
}

unsigned int browser_errors(const struct browser *browser)
{
	return browser->errors;
}
