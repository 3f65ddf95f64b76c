// SPDX-License-Identifier: GPL-2.0-only
/* device: serve a device model to a vfio-user client. */
#include "lab/devices/lib/device.h"
#include "lab/devices/lib/confine.h"
#include "lab/devices/lib/control.h"
#include "lab/devices/lib/faults.h"
#include "lab/devices/lib/trace.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#define BAD_USAGE  2
#define CONFIG_ROW 16u

struct options {
	const char *model, *socket;
	int fd, control, trace;
	struct list faults;
	bool help, list, list_faults, config, unconfined;
	char *const *words;
	size_t word_count;
};

static const char usage[] =
	"usage: device MODEL [NAME=VALUE]... --socket PATH | --fd N [--control N] [--fault 'NAME "
	"[NAME=VALUE]...']...\n"
	"       device MODEL [NAME=VALUE]... --config   its config space, as lspci -F reads it\n"
	"       device MODEL --help     its parameters and registers\n"
	"       device --list           the models; two with the same name or IDs are an error\n"
	"       device --faults         the faults\n"
	"\n"
	"  --socket PATH   make a socket at PATH and serve one client after another\n"
	"  --fd N          serve on this listening or connected socket\n"
	"  --control N     accept commands on this listening or connected socket:\n"
	"                  arm NAME [NAME=VALUE]..., disarm [NAME], faults, resets, trace\n"
	"  --fault FAULT   arm this fault before any client connects\n"
	"  --trace N       write a trace to this memory file (lab/base/trace-area.h)\n"
	"  --unconfined    keep privileges and system calls, for debuggers and sanitizers\n";

static void cleanup_options(struct options *options)
{
	list_free(&options->faults);
}

static int fail(const char *text)
{
	fprintf(stderr, "device: %s\n", text);
	return BAD_USAGE;
}

static int take_fd(const char *text, int *fd, struct buf *why)
{
	uint64_t number;

	if (param_number(text, INT32_MAX, &number) || fcntl((int)number, F_GETFD) < 0) {
		buf_printf(why, "'%s' is not an open file descriptor", text);
		return -EINVAL;
	}
	*fd = (int)number;
	return fcntl(*fd, F_SETFD, FD_CLOEXEC) ? -errno : 0;
}

static int take_option(int option, struct options *options, struct buf *why)
{
	switch (option) {
	case 's':
		options->socket = optarg;
		return 0;
	case 'f':
		return take_fd(optarg, &options->fd, why);
	case 'c':
		return take_fd(optarg, &options->control, why);
	case 't':
		return take_fd(optarg, &options->trace, why);
	case 'a':
		list_add(&options->faults, optarg);
		return 0;
	case 'l':
		options->list = true;
		return 0;
	case 'F':
		options->list_faults = true;
		return 0;
	case 'C':
		options->config = true;
		return 0;
	case 'u':
		options->unconfined = true;
		return 0;
	case 'h':
		options->help = true;
		return 0;
	}
	return -EINVAL;
}

static int parse(int argc, char **argv, struct options *options, struct buf *why)
{
	static const struct option longs[] = {
		{"socket", required_argument, NULL, 's'},
		{"fd", required_argument, NULL, 'f'},
		{"control", required_argument, NULL, 'c'},
		{"fault", required_argument, NULL, 'a'},
		{"list", no_argument, NULL, 'l'},
		{"faults", no_argument, NULL, 'F'},
		{"config", no_argument, NULL, 'C'},
		{"unconfined", no_argument, NULL, 'u'},
		{"trace", required_argument, NULL, 't'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option, err = 0;

	opterr = 0;
	while (!err && (option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		const char *word = argv[optind - 1];

		if (option != '?') {
			err = take_option(option, options, why);
			continue;
		}
		buf_printf(why, "%s: no such option, or its value is missing: see device --help",
			   word);
		err = -EINVAL;
	}
	if (optind < argc)
		options->model = argv[optind++];
	options->words = argv + optind;
	options->word_count = (size_t)(argc - optind);
	return err;
}

static bool same_model(const struct device_model *one, const struct device_model *other)
{
	return !strcmp(one->name, other->name) ||
	       (one->shape.ids.vendor == other->shape.ids.vendor &&
		one->shape.ids.device == other->shape.ids.device);
}

/* Print an error if MODEL has the name or the IDs of one before it. Returns whether it has. */
static bool complain_same(const struct device_model *model)
{
	for_each_device_model (other) {
		if (other == model)
			break;
		if (!same_model(model, other))
			continue;
		fprintf(stderr,
			"%s:%u: error: device model %s: %s:%u has the same name or the same IDs\n",
			model->file, model->line, model->name, other->file, other->line);
		return true;
	}
	return false;
}

static int list_models(void)
{
	for_each_device_model (model)
		if (complain_same(model))
			return BAD_USAGE;
	for_each_device_model (model)
		printf("%-10s %04x:%04x  %s\n", model->name, model->shape.ids.vendor,
		       model->shape.ids.device, model->summary);
	return 0;
}

static int list_faults(void)
{
	cleanup_buf struct buf text = BUF_INIT;

	faults_describe(&text);
	fputs(text.data, stdout);
	return 0;
}

static int describe(const struct device_model *model)
{
	cleanup_buf struct buf text = BUF_INIT;

	buf_printf(&text, "%s: %s\n\nParameters:\n", model->name, model->summary);
	params_describe(model->params, &text);
	device_describe_params(&text);
	if (model->registers)
		buf_printf(&text, "\nRegisters:\n%s", model->registers);
	buf_puts(&text, "\nFaults: every model supports all faults; device --faults lists them.\n");
	fputs(text.data, stdout);
	return 0;
}

static const struct device_model *find_model(const char *name, struct buf *why)
{
	const struct device_model *model = name ? device_model(name) : NULL;

	if (model)
		return model;
	buf_printf(why, name ? "there is no model '%s':" : "no model given:", name);
	for_each_device_model (one)
		buf_printf(why, " %s", one->name);
	return NULL;
}

static bool listens(int fd)
{
	int value = 0;
	socklen_t len = sizeof(value);

	return !getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &len) && value;
}

static int attach(struct device *device, const struct options *options, struct buf *why)
{
	const char *what = options->socket ? options->socket : "--fd";
	int err;

	if (!options->socket == (options->fd < 0)) {
		buf_puts(why, "expected either --socket PATH or --fd N");
		return -EINVAL;
	}
	if (options->socket)
		err = vfu_attach_path(device->vfu, options->socket);
	else if (listens(options->fd))
		err = vfu_attach_listening(device->vfu, options->fd);
	else
		err = vfu_attach_connected(device->vfu, options->fd);
	if (err)
		buf_printf(why, "%s: %s; name a socket that is not in use", what, strerror(-err));
	return err;
}

static int arm_faults(struct device *device, const struct options *options, struct buf *why)
{
	int err = 0;

	for (size_t i = 0; i < options->faults.count && !err; i++)
		err = faults_arm(device->faults, options->faults.items[i], why);
	return err;
}

static int start_trace(struct device *device, const struct options *options, struct buf *why)
{
	const int err = options->trace < 0 ? 0 : trace_create(device, options->trace);

	if (err)
		buf_printf(why, "--trace: %s", strerror(-err));
	return err;
}

static int prepare(struct device *device, const struct options *options, struct control **control,
		   struct buf *why)
{
	int err = start_trace(device, options, why);

	if (!err)
		err = arm_faults(device, options, why);

	if (!err)
		err = attach(device, options, why);
	if (!err && options->control >= 0) {
		err = control_create(device, options->control, control);
		if (err)
			buf_printf(why, "--control: %s", strerror(-err));
	}
	if (!err && !options->unconfined) {
		err = confine();
		if (err)
			buf_printf(why,
				   "cannot confine the process: %s; --unconfined runs it without "
				   "confinement",
				   strerror(-err));
	}
	return err;
}

static int print_config(const struct device_model *model, const struct options *options,
			struct buf *why)
{
	cleanup_device struct device *device = NULL;
	const struct pci_config *config;
	int err = device_create(model, options->words, options->word_count, &device, why)
			  ?: arm_faults(device, options, why);

	if (err)
		return err;
	config = &device->function.config;
	printf("00:00.0 %s", model->name);
	for (unsigned int at = 0; at < config->size; at++)
		printf(at % CONFIG_ROW ? " %02x" : "\n%02x: %02x",
		       at % CONFIG_ROW ? config->data[at] : at, config->data[at]);
	puts("");
	return 0;
}

static int serve(const struct device_model *model, const struct options *options, struct buf *why)
{
	cleanup_device struct device *device = NULL;
	cleanup_control struct control *control = NULL;
	int err = device_create(model, options->words, options->word_count, &device, why);

	if (!err)
		err = prepare(device, options, &control, why);
	if (err)
		return err;
	err = vfu_run(device->vfu);
	if (err)
		buf_printf(why, "%s", strerror(-err));
	return err;
}

int main(int argc, char **argv)
{
	__attribute__((cleanup(cleanup_options))) struct options options = {
		.fd = -1, .control = -1, .trace = -1};
	cleanup_buf struct buf why = BUF_INIT;
	const struct device_model *model;

	if (parse(argc, argv, &options, &why))
		return fail(why.data);
	if (options.list)
		return list_models();
	if (options.list_faults)
		return list_faults();
	if (options.help && !options.model)
		return fputs(usage, stdout) < 0;
	model = find_model(options.model, &why);
	if (!model)
		return fail(why.data);
	if (options.help)
		return describe(model);
	if (options.config)
		return print_config(model, &options, &why) ? fail(why.data) : 0;
	signal(SIGPIPE, SIG_IGN);
	return serve(model, &options, &why) ? fail(why.data) : 0;
}
