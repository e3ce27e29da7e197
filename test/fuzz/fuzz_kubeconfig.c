/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_kubeconfig: whatever a pipeline may give as its kubeconfig, as text and as a tree. */
#include <stdint.h>
#include <string.h>

#include "base/log.h"
#include "kube/kubeconfig.h"
#include "kube/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A failure says why, in one line that shows nothing of the text. */
static void must_say_why(const struct err *err)
{
	if (err->kind != ERR_CONFIG || strncmp(err->message, "source.kubeconfig: ", 19) != 0 ||
		strchr(err->message, '\n'))
		abort();
}

static void read_config(json_t *given)
{
	auto_cluster struct cluster cluster = { 0 };
	struct err err = { 0 };

	if (kubeconfig_read(&cluster, given, NULL, "source.kubeconfig", &err) < 0)
		must_say_why(&err);
	else if (!cluster.server || !cluster.client_cert != !cluster.client_key)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size };
	json_auto_t *string = json_stringn(text.data, text.length);
	struct err err = { 0 };
	json_auto_t *tree = yaml_load(text, &err);

	if (!tree && err.kind != ERR_CONFIG)
		abort();
	if (string)
		read_config(string);
	if (json_is_object(tree))
		read_config(tree);
	log_release();
	return 0;
}
