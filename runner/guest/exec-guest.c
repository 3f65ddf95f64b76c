// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/exec-guest.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "runner/guest/console.h"
#include "runner/guest/guest-plan.h"
#include "runner/guest/guest.h"
#include "runner/guest/keep.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

struct exec {
	struct guest *guest;
	struct machine *machine;
	const struct job *job;
	int err;	  /* standard error of the command */
	struct buf out;	  /* messages to the guest, not sent yet */
	struct buf lines; /* bytes of the link's next line, read so far */
	bool running;	  /* the guest has received its plan */
	bool input_ended;
	bool over;
	bool unready; /* the guest cannot be used, for the reason in WHY, which needs no console */
	struct keeper keeper;
	int status;
	int64_t until_ms; /* 0: no deadline */
	struct buf *why;
};

static void queue(struct exec *exec, const char *word, const void *payload, size_t len)
{
	buf_printf(&exec->out, "%s %zu\n", word, len);
	buf_add(&exec->out, payload, len);
}

static void add_field(struct buf *plan, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void add_field(struct buf *plan, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(plan, format, args);
	va_end(args);
	buf_add(plan, "", 1);
}

static void add_duts(struct buf *plan, const struct machine *machine)
{
	for (size_t i = 0; i < machine->dut_count; i++) {
		const struct machine_dut *dut = &machine->duts[i];

		add_field(plan, "dut=%s %s %d %s", dut->name, dut->path, dut->vf,
			  dut->module ?: "");
	}
}

static void queue_size(struct exec *exec, unsigned int rows, unsigned int columns)
{
	cleanup_free char *size = text("%u %u", rows, columns);

	queue(exec, "winch", size, strlen(size));
}

static void answer_plan(struct exec *exec)
{
	const struct guest_command *command = &exec->job->command;
	const unsigned int deadline = exec->job->deadline_ms;
	cleanup_buf struct buf plan = BUF_INIT;

	add_field(&plan, "do exec");
	add_field(&plan, "tty=%d", command->tty);
	add_field(&plan, "banner=%d", command->banner);
	add_field(&plan, "cwd=%s", command->cwd);
	add_field(&plan, "kernel=%s", exec->job->kernel);
	add_field(&plan, "machine=%s", exec->job->machine);
	add_duts(&plan, exec->machine);
	add_field(&plan, "--");
	for (size_t i = 0; i < command->argv.count; i++)
		add_field(&plan, "%s", command->argv.items[i]);
	queue(exec, "ok", plan.data, plan.len);
	if (command->tty)
		queue_size(exec, command->rows, command->columns);
	exec->running = true;
	exec->until_ms = deadline ? now_ms() + (int64_t)deadline : 0;
}

static void keep(struct exec *exec, const struct buf *payload)
{
	cleanup_buf struct buf reply = BUF_INIT;
	int err = keep_file(&exec->keeper, payload, &reply);

	queue(exec, err ? "error" : "ok", reply.data ?: "", reply.len);
}

static void take_message(struct exec *exec, const struct frame *frame)
{
	if (!strcmp(frame->word, "plan")) {
		answer_plan(exec);
	} else if (!strcmp(frame->word, "keep")) {
		keep(exec, &frame->payload);
	} else if (!strcmp(frame->word, "unready")) {
		exec->unready = true;
		buf_puts(exec->why, frame->payload.data ?: "the guest is not ready");
	} else if (!strcmp(frame->word, "out")) {
		write_all(STDOUT_FILENO, frame->payload.data, frame->payload.len);
	} else if (!strcmp(frame->word, "err")) {
		write_all(exec->err, frame->payload.data, frame->payload.len);
	} else if (!strcmp(frame->word, "exit")) {
		exec->status = atoi(frame->payload.data);
		exec->over = true;
	}
}

static int take_messages(struct exec *exec)
{
	struct frame frame;
	int taken = 0;

	while (!exec->over && !exec->unready && (taken = guest_request(exec->guest, &frame)) > 0) {
		take_message(exec, &frame);
		buf_free(&frame.payload);
	}
	if (taken == -EPROTO)
		buf_puts(exec->why, "the guest wrote a malformed message");
	if (exec->unready)
		return -EIO;
	return taken == -EPROTO ? taken : 0;
}

static void take_input(struct exec *exec)
{
	char chunk[32768];
	ssize_t got = read(STDIN_FILENO, chunk, sizeof(chunk));

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	queue(exec, "in", chunk, got > 0 ? (size_t)got : 0);
	exec->input_ended = got <= 0;
}

/* Read lines of the host: new sizes of the terminal. Returns 0, or -ECANCELED at the link's end. */
static int take_line(struct exec *exec, int link)
{
	char chunk[1024];
	ssize_t got = read(link, chunk, sizeof(chunk));
	char *newline;

	if (got <= 0)
		return -ECANCELED;
	buf_add(&exec->lines, chunk, (size_t)got);
	while (exec->lines.len && (newline = memchr(exec->lines.data, '\n', exec->lines.len))) {
		unsigned int rows, columns;

		*newline = '\0';
		if (!wire_read_size(exec->lines.data, &rows, &columns))
			queue_size(exec, rows, columns);
		buf_consume(&exec->lines, (size_t)(newline - exec->lines.data) + 1);
	}
	return 0;
}

/* Does not block: if the guest blocked writing to the runner as well, both would hang. */
static void send_queued(struct exec *exec)
{
	ssize_t put = send(exec->guest->request, exec->out.data, exec->out.len,
			   MSG_DONTWAIT | MSG_NOSIGNAL);

	if (put > 0)
		buf_consume(&exec->out, (size_t)put);
}

/* The guest is lost. If its kernel is responsible, that is no failure of the lab. */
static int lost(struct exec *exec)
{
	const enum cause cause = cause_of_end(exec->guest->vm);
	const struct verdict_rule *rule = &verdict_rules[cause];

	buf_puts(exec->why, rule->reason);
	exec->status = rule->verdict == VERDICT_FAIL;
	exec->unready = cause == CAUSE_DISK_FULL;
	return -EIO;
}

static int wait_ms(const struct exec *exec)
{
	int64_t now = now_ms();

	if (!exec->until_ms)
		return -1;
	return exec->until_ms > now ? (int)(exec->until_ms - now) : 0;
}

static int serve(struct exec *exec, int link)
{
	bool input = exec->running && !exec->input_ended && !exec->out.len;
	struct pollfd events[] = {
		{.fd = exec->guest->request,
		 .events = (short)(POLLIN | (exec->out.len ? POLLOUT : 0))},
		{.fd = vm_fd(exec->guest->vm), .events = POLLIN},
		{.fd = link, .events = POLLIN},
		{.fd = input ? STDIN_FILENO : -1, .events = POLLIN},
	};
	int ready = poll(events, ARRAY_SIZE(events), wait_ms(exec));
	int err = 0;

	if (!ready) {
		buf_puts(exec->why, exec->running ? "the command did not end in time (--timeout)"
						  : "the guest sent nothing after its start");
		return -ETIMEDOUT;
	}
	if (events[0].revents & POLLOUT)
		send_queued(exec);
	if (events[0].revents & (POLLIN | POLLHUP))
		err = take_messages(exec);
	if (!err && events[3].revents)
		take_input(exec);
	if (!err && events[2].revents)
		err = take_line(exec, link);
	if (!err && !exec->over && events[1].revents)
		err = lost(exec);
	return err;
}

static char *run_folder(const struct job *job)
{
	return text("%s/guest", job->run ?: JOB_RUN_DEFAULT);
}

static int start(struct hypervisor *hypervisor, struct exec *exec)
{
	const struct job *job = exec->job;
	cleanup_free char *run = run_folder(job);
	struct domain_files files = domain_files_of(job, run);
	int err = machine_load(job->xml, &exec->machine, exec->why);

	make_folders(run);
	return err ?: guest_start(hypervisor, exec->machine, &files, &exec->guest, exec->why);
}

int exec_run(struct hypervisor *hypervisor, const struct lane_link *link, const struct job *job)
{
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_list struct list console = {0};
	struct exec exec = {
		.job = job, .err = link->err, .why = &why, .keeper = {.folder = job->kept}};
	struct event done = {.kind = EVENT_DONE};
	int err = start(hypervisor, &exec);

	if (!err)
		exec.until_ms = now_ms() + (int64_t)(exec.guest->boot_limit_ms * job->scale);
	while (!err && !exec.over)
		err = serve(&exec, link->fd);
	if (err) {
		if (!exec.unready)
			console_excerpt(job->console, 0, &console);
		done.error = why.data ?: "interrupted";
		done.console = console;
	}
	done.status = (unsigned int)exec.status;
	guest_end(exec.guest);
	machine_free(exec.machine);
	link_send(link, &done);
	buf_free(&exec.out);
	buf_free(&exec.lines);
	return err == -ECANCELED ? err : 0;
}

int describe_run(struct hypervisor *hypervisor, const struct lane_link *link, const struct job *job)
{
	cleanup_machine struct machine *machine = NULL;
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *xml = NULL;
	cleanup_free char *argv = NULL;
	struct event done = {.kind = EVENT_DONE};
	cleanup_free char *run = run_folder(job);
	struct domain_files files = domain_files_of(job, run);
	int err = machine_load(job->xml, &machine, &why);

	if (!err)
		err = domain_xml(machine, &files, &xml, &why);
	if (!err)
		err = vm_qemu_line(hypervisor, xml, &argv, &why);
	if (err)
		done.error = why.data;
	done.xml = xml;
	done.argv = argv;
	link_send(link, &done);
	return 0;
}
