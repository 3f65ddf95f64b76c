// SPDX-License-Identifier: GPL-2.0-only
/* "VFIO_USER_VERSION" */
#include "tests/vfio-user/toy.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

static struct answer answer;

/* Propose MAJOR.MINOR and LEN bytes of JSON. Returns the result of client_ask(). */
static int propose(struct toy *toy, uint16_t major, uint16_t minor, const char *json, size_t len)
{
	struct wire_version version = {major, minor};
	unsigned char payload[8192];

	memcpy(payload, &version, sizeof(version));
	memcpy(payload + sizeof(version), json, len);
	return client_ask(&toy->client, WIRE_VERSION, payload, sizeof(version) + len, &answer);
}

static const struct accepted {
	const char *json; /* NULL: no JSON */
	const char *answer;
} accepted[] = {
	{NULL, NULL},
	{"{}", "{\"capabilities\":{}}"},
	{"{\"capabilities\":{}}", "{\"capabilities\":{}}"},
	{"{\"other\":[1,2],\"capabilities\":{\"other\":{}}}", "{\"capabilities\":{}}"},
	{"{\"capabilities\":{\"max_msg_fds\":1}}", "{\"capabilities\":{\"max_msg_fds\":16}}"},
	{"{\"capabilities\":{\"max_data_xfer_size\":4096,\"write_multiple\":false}}",
	 "{\"capabilities\":{\"max_data_xfer_size\":65536}}"},
	{"{\"capabilities\":{\"migration\":{\"pgsize\":4096},\"twin_socket\":{\"supported\":true}}"
	 "}",
	 "{\"capabilities\":{}}"},
	{"{\"capabilities\":{\"max_msg_fds\":8,\"max_data_xfer_size\":1048576,\"max_dma_maps\":"
	 "65535,"
	 "\"pgsizes\":2101248,\"write_multiple\":true}}",
	 "{\"capabilities\":{\"max_msg_fds\":16,\"max_data_xfer_size\":65536,\"max_dma_maps\":"
	 "65535,"
	 "\"pgsizes\":2101248,\"write_multiple\":true}}"},
	{"{\"capabilities\":{\"pgsizes\":1}}", "{\"capabilities\":{\"pgsizes\":4096}}"},
	{"{\"capabilities\":{\"max_data_xfer_size\":99999999999999999999999}}",
	 "{\"capabilities\":{\"max_data_xfer_size\":65536}}"},
};

/* The answer contains only capabilities that were proposed. */
TEST capabilities_are_a_subset(const struct accepted *a)
{
	cleanup_toy struct toy *toy = NULL;
	struct wire_version version;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, false));
	ASSERT_EQ_FMT(0,
		      propose(toy, 0, 1, a->json ? a->json : "", a->json ? strlen(a->json) + 1 : 0),
		      "%d");
	memcpy(&version, answer.payload, sizeof(version));
	ASSERT_EQ(0, version.major);
	ASSERT_EQ(1, version.minor);
	if (a->json)
		ASSERT_STR_EQ(a->answer, (char *)answer.payload + sizeof(version));
	ASSERT_EQ_FMT(sizeof(version) + (a->answer ? strlen(a->answer) + 1 : 0), answer.len, "%zu");
	ASSERT_EQ(1, toy->connects);
	ASSERT(vfu_connected(toy->vfu));
	PASS();
}

TEST the_lower_minor_version_holds(uint16_t proposed, uint16_t expected)
{
	cleanup_toy struct toy *toy = NULL;
	struct wire_version version;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, false));
	ASSERT_EQ_FMT(0, propose(toy, 0, proposed, "", 0), "%d");
	memcpy(&version, answer.payload, sizeof(version));
	ASSERT_EQ(expected, version.minor);
	PASS();
}

static const char *const refused[] = {
	"",
	"[]",
	"12",
	"{",
	"{\"capabilities\":[]}",
	"{\"capabilities\":{\"max_msg_fds\":\"1\"}}",
	"{\"capabilities\":{\"max_msg_fds\":-1}}",
	"{\"capabilities\":{\"max_data_xfer_size\":1.5}}",
	"{\"capabilities\":{\"max_dma_maps\":null}}",
	"{\"capabilities\":{\"pgsizes\":{}}}",
	"{\"capabilities\":{\"write_multiple\":1}}",
	"{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{}}}}}}",
};

/* The server answers with an error and closes the connection: there is no agreed version. */
TEST nonsense_is_refused(const char *json)
{
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, false));
	ASSERT_EQ_FMT(EINVAL, propose(toy, 0, 1, json, strlen(json) + 1), "%d");
	ASSERT_EQ_FMT(-EPIPE, client_receive(&toy->client, &answer), "%d");
	ASSERT_EQ(0, toy->connects);
	ASSERT_EQ(0, toy->disconnects);
	ASSERT_EQ(0, client_pump(&toy->client));
	PASS();
}

TEST json_must_end_with_its_nul(void)
{
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, false));
	ASSERT_EQ_FMT(EINVAL, propose(toy, 0, 1, "{}", 2), "%d");
	PASS();
}

TEST json_has_a_limit(void)
{
	cleanup_toy struct toy *toy = NULL;
	static char blanks[5000];

	memset(blanks, ' ', sizeof(blanks));
	memcpy(blanks, "{}", 2);
	blanks[sizeof(blanks) - 1] = '\0';
	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, false));
	ASSERT_EQ_FMT(EINVAL, propose(toy, 0, 1, blanks, sizeof(blanks)), "%d");
	PASS();
}

TEST another_major_version_is_refused(void)
{
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, false));
	ASSERT_EQ_FMT(ENOTSUP, propose(toy, 1, 0, "", 0), "%d");
	ASSERT_EQ_FMT(-EPIPE, client_receive(&toy->client, &answer), "%d");
	PASS();
}

TEST the_version_comes_first_and_once(void)
{
	cleanup_toy struct toy *toy = NULL;

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, false));
	ASSERT_EQ_FMT(EPROTO, client_ask(&toy->client, WIRE_DEVICE_RESET, NULL, 0, &answer), "%d");
	ASSERT_EQ_FMT(-EPIPE, client_receive(&toy->client, &answer), "%d");
	ASSERT_EQ(0, toy->resets);
	toy_leave(toy);
	ASSERT_EQ_FMT(0, toy_connect(toy, true), "%d");
	ASSERT_EQ_FMT(EINVAL, propose(toy, 0, 1, "", 0), "%d");
	ASSERT_EQ_FMT(0, client_ask(&toy->client, WIRE_DEVICE_RESET, NULL, 0, &answer), "%d");
	PASS();
}

/* A client that accepts no descriptors is not offered mappings. */
TEST a_client_without_descriptors_maps_nothing(void)
{
	cleanup_toy struct toy *toy = NULL;
	struct wire_region_info info = {.argsz = 4096, .index = TOY_RAM};
	const char json[] = "{\"capabilities\":{\"max_msg_fds\":0}}";

	ASSERT_EQ(0, toy_make(&toy, NULL));
	ASSERT_EQ(0, toy_connect(toy, false));
	ASSERT_EQ_FMT(0, propose(toy, 0, 1, json, sizeof(json)), "%d");
	ASSERT_EQ_FMT(
		0,
		client_ask(&toy->client, WIRE_DEVICE_GET_REGION_INFO, &info, sizeof(info), &answer),
		"%d");
	memcpy(&info, answer.payload, sizeof(info));
	ASSERT_EQ_FMT(VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE, info.flags, "0x%x");
	ASSERT_EQ(-1, answer.fd);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	for (size_t i = 0; i < ARRAY_SIZE(accepted); i++)
		RUN_TEST1(capabilities_are_a_subset, &accepted[i]);
	RUN_TESTp(the_lower_minor_version_holds, 0, 0);
	RUN_TESTp(the_lower_minor_version_holds, 7, 1);
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		RUN_TEST1(nonsense_is_refused, refused[i]);
	RUN_TEST(json_must_end_with_its_nul);
	RUN_TEST(json_has_a_limit);
	RUN_TEST(another_major_version_is_refused);
	RUN_TEST(the_version_comes_first_and_once);
	RUN_TEST(a_client_without_descriptors_maps_nothing);
	GREATEST_MAIN_END();
}
