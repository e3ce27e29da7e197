/* SPDX-License-Identifier: Apache-2.0 */
/* kubeconfig: which cluster comes out, and the exact words of each refusal. */
#include "unit.h"

#include "base/log.h"
#include "kube/kubeconfig.h"

#define HEAD                                                   \
	"apiVersion: v1\nkind: Config\ncurrent-context: dev\n" \
	"contexts:\n"                                          \
	"- name: prod\n  context: {cluster: far, user: bob}\n" \
	"- name: dev\n  context: {cluster: near, user: bob, namespace: team}\n"
#define NEAR "clusters:\n- name: near\n  cluster: "
#define BOB "users:\n- name: bob\n  user: "
#define SERVER "{server: 'https://k.test:6443'}\n"

/* A cluster as one line: what is not set is left out. */
static char *text_of(const struct cluster *cluster)
{
	const char *token = secret_reveal(cluster->token);
	const char *cert = secret_reveal(cluster->client_cert);
	const char *key = secret_reveal(cluster->client_key);
	const char *password = secret_reveal(cluster->password);
	const char *ca = cluster->ca_certs.count ? cluster->ca_certs.items[0] : NULL;

#define SHOW(label, text) (text) ? " " label "=" : "", (text) ? (text) : ""
	char *text = mem_format("%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s", cluster->server,
		SHOW("ns", cluster->namespace), SHOW("ca", ca),
		cluster->skip_verify ? " insecure" : "", SHOW("name", cluster->tls_server_name),
		SHOW("proxy", cluster->proxy), SHOW("token", token), SHOW("cert", cert),
		SHOW("key", key), SHOW("user", cluster->username), SHOW("password", password));
#undef SHOW
	for (size_t i = 0; i < cluster->headers.count; i++) {
		auto_free char *shorter = text;

		text = mem_format("%s | %s", shorter, cluster->headers.items[i]);
	}
	return text;
}

static const struct config {
	const char *name;
	const char *yaml;
	const char *cluster; /* NULL: refused */
	const char *message; /* behind "source.kubeconfig: " */
} configs[] = {
	{ "a token", HEAD NEAR SERVER BOB "{token: t0ken}\n",
		"https://k.test:6443 ns=team token=t0ken", NULL },
	{ "nobody", HEAD NEAR SERVER BOB "{}\n", "https://k.test:6443 ns=team", NULL },
	{ "a CA",
		HEAD NEAR "{server: 'https://k.test', certificate-authority-data: UEVN}\n" BOB
			  "{}\n",
		"https://k.test ns=team ca=PEM", NULL },
	{ "CA data win over a file",
		HEAD NEAR "{server: 'https://k.test', certificate-authority: /x, "
			  "certificate-authority-data: UEVN}\n" BOB "{}\n",
		"https://k.test ns=team ca=PEM", NULL },
	{ "a path prefix, and a slash too many",
		HEAD NEAR "{server: 'https://k.test/k8s/c-1/'}\n" BOB "{}\n",
		"https://k.test/k8s/c-1 ns=team", NULL },
	{ "insecure, a name and a proxy",
		HEAD NEAR "{server: 'https://10.0.0.1', insecure-skip-tls-verify: true, "
			  "tls-server-name: k.test, proxy-url: 'socks5://p.test:1080'}\n" BOB
			  "{}\n",
		"https://10.0.0.1 ns=team insecure name=k.test proxy=socks5://p.test:1080", NULL },
	{ "a certificate",
		HEAD NEAR SERVER BOB
		"{client-certificate-data: Q0VSVA==, client-key-data: S0VZIQ==}\n",
		"https://k.test:6443 ns=team cert=CERT key=KEY!", NULL },
	{ "a user and a password", HEAD NEAR SERVER BOB "{username: bob, password: pass}\n",
		"https://k.test:6443 ns=team user=bob password=pass", NULL },
	{ "a token beats a plugin", HEAD NEAR SERVER BOB "{token: t0ken, exec: {command: aws}}\n",
		"https://k.test:6443 ns=team token=t0ken", NULL },
	{ "a certificate beats a plugin",
		HEAD NEAR SERVER BOB
		"{client-certificate-data: Q0VSVA==, client-key-data: S0VZIQ==, "
		"exec: {command: aws}}\n",
		"https://k.test:6443 ns=team cert=CERT key=KEY!", NULL },
	{ "a password beats a provider",
		HEAD NEAR SERVER BOB
		"{username: bob, password: pass, auth-provider: {name: gcp}}\n",
		"https://k.test:6443 ns=team user=bob password=pass", NULL },
	{ "JSON",
		"{\"current-context\": \"c\", \"contexts\": [{\"name\": \"c\", \"context\": "
		"{\"cluster\": \"k\"}}], \"clusters\": [{\"name\": \"k\", \"cluster\": "
		"{\"server\": \"https://k.test\"}}]}",
		"https://k.test", NULL },

	{ "a form with nothing in its fields",
		HEAD NEAR
		"{server: 'https://k.test', certificate-authority: '', "
		"certificate-authority-data: '', tls-server-name: '', proxy-url: ''}\n" BOB
		"{token: t0ken, tokenFile: '', client-certificate: '', client-key: '', "
		"client-certificate-data: '', client-key-data: '', username: '', "
		"password: '', as: '', as-uid: '', as-groups: [], as-user-extra: {}}\n",
		"https://k.test ns=team token=t0ken", NULL },
	{ "a context of nobody",
		"current-context: c\ncontexts:\n- name: c\n  context: {cluster: near, user: '', "
		"namespace: ''}\n" NEAR SERVER,
		"https://k.test:6443", NULL },
	{ "an empty token beside a plugin",
		HEAD NEAR SERVER BOB "{token: '', exec: {command: tool}}\n", NULL,
		"users 'bob': exec: the plugin 'tool' cannot be run here; use the token of a service "
		"account" },

	{ "not a map", "hello\n", NULL, "must be a YAML map" },
	{ "not YAML", "a: [s3cret\n", NULL,
		"is not valid YAML: did not find expected ',' or ']' (line 2, column 1)" },
	{ "no current context", "contexts: []\n", NULL, "current-context: is required" },
	{ "an empty current context", "current-context: ''\n", NULL,
		"current-context: is required" },
	{ "a current context that is a list", "current-context: [a]\n", NULL,
		"current-context: must be a string" },
	{ "no such context", "current-context: dev\n", NULL, "contexts: there is no 'dev'" },
	{ "a context without a cluster",
		"current-context: c\ncontexts:\n- name: c\n  context: {user: bob}\n", NULL,
		"contexts 'c': cluster: is required" },
	{ "a context that is null", "current-context: c\ncontexts:\n- name: c\n", NULL,
		"contexts 'c': cluster: is required" },
	{ "no such cluster", HEAD, NULL, "clusters: there is no 'near'" },
	{ "no such user", HEAD NEAR SERVER, NULL, "users: there is no 'bob'" },
	{ "no server", HEAD NEAR "{}\n" BOB "{}\n", NULL, "clusters 'near': server: is required" },
	{ "a server that is no URL", HEAD NEAR "{server: k.test}\n" BOB "{}\n", NULL,
		"clusters 'near': server: must be an https URL" },
	{ "a name with a port",
		HEAD NEAR "{server: 'https://10.0.0.1', tls-server-name: 'k.test:6443'}\n" BOB
			  "{}\n",
		NULL,
		"clusters 'near': tls-server-name: must be a host name, without a scheme or a port" },
	{ "a name with a path",
		HEAD NEAR "{server: 'https://10.0.0.1', tls-server-name: k.test/}\n" BOB "{}\n",
		NULL,
		"clusters 'near': tls-server-name: must be a host name, without a scheme or a port" },
	{ "a server without a host", HEAD NEAR "{server: 'https://'}\n" BOB "{}\n", NULL,
		"clusters 'near': server: must be an https URL" },
	{ "a server with a word for a port",
		HEAD NEAR "{server: 'https://k.test:tls'}\n" BOB "{}\n", NULL,
		"clusters 'near': server: must be an https URL" },
	{ "a password in the server", HEAD NEAR "{server: 'https://a:s3cret@k.test'}\n" BOB "{}\n",
		NULL, "clusters 'near': server: must be a URL without user, query and fragment" },
	{ "a server that is a list", HEAD NEAR "{server: [a]}\n" BOB "{}\n", NULL,
		"clusters 'near'.server: must be a string" },
	{ "a CA file",
		HEAD NEAR "{server: 'https://k.test', certificate-authority: /x}\n" BOB "{}\n",
		NULL,
		"clusters 'near': certificate-authority: names a file, which is not here; embed it: "
		"certificate-authority-data" },
	{ "a CA that is not base64",
		HEAD NEAR "{server: 'https://k.test', certificate-authority-data: 's3cret!'}\n" BOB
			  "{}\n",
		NULL, "clusters 'near': certificate-authority-data: is not base64" },
	{ "a CA and insecure",
		HEAD NEAR "{server: 'https://k.test', certificate-authority-data: UEVN, "
			  "insecure-skip-tls-verify: true}\n" BOB "{}\n",
		NULL,
		"clusters 'near': certificate-authority-data and insecure-skip-tls-verify exclude each "
		"other" },
	{ "a token file", HEAD NEAR SERVER BOB "{tokenFile: /x}\n", NULL,
		"users 'bob': tokenFile: names a file, which is not here; embed it: token" },
	{ "a certificate file", HEAD NEAR SERVER BOB "{client-certificate: /x, client-key: /y}\n",
		NULL,
		"users 'bob': client-certificate: names a file, which is not here; embed it: "
		"client-certificate-data" },
	{ "a key file",
		HEAD NEAR SERVER BOB "{client-certificate-data: Q0VSVA==, client-key: /y}\n", NULL,
		"users 'bob': client-key: names a file, which is not here; embed it: client-key-data" },
	{ "a certificate without its key",
		HEAD NEAR SERVER BOB "{client-certificate-data: Q0VSVA==}\n", NULL,
		"users 'bob': client-certificate-data and client-key-data belong together" },
	{ "a key that is not base64",
		HEAD NEAR SERVER BOB
		"{client-certificate-data: Q0VSVA==, client-key-data: 's3cret!'}\n",
		NULL, "users 'bob': client-key-data: is not base64" },
	{ "a token that is a number in JSON", HEAD NEAR SERVER BOB "{token: [s3cret]}\n", NULL,
		"users 'bob'.token: must be a string" },
	{ "a plugin that is not known",
		HEAD NEAR SERVER BOB "{exec: {command: /opt/tool, installHint: \"get it\\nfrom "
				     "https://tool.test\"}}\n",
		NULL,
		"users 'bob': exec: the plugin '/opt/tool' cannot be run here; use the token of a "
		"service account; its hint: get it from https://tool.test" },
	{ "a plugin without a hint", HEAD NEAR SERVER BOB "{exec: {command: tool}}\n", NULL,
		"users 'bob': exec: the plugin 'tool' cannot be run here; use the token of a service "
		"account" },
	{ "Google's plugin", HEAD NEAR SERVER BOB "{exec: {command: gke-gcloud-auth-plugin}}\n",
		NULL,
		"users 'bob': exec: 'gke-gcloud-auth-plugin' finds no credentials here; give this "
		"kubeconfig as 'source.gke.kubeconfig', beside json_key" },
	{ "Google's provider", HEAD NEAR SERVER BOB "{auth-provider: {name: gcp}}\n", NULL,
		"users 'bob': auth-provider: 'gcp' finds no credentials here; give this kubeconfig as "
		"'source.gke.kubeconfig', beside json_key" },
	{ "Amazon's plugin without keys",
		HEAD NEAR SERVER BOB "{exec: {command: aws, args: [eks, get-token, --cluster-name, "
				     "c]}}\n",
		NULL,
		"users 'bob': exec: 'aws' finds no credentials here; give this kubeconfig as "
		"'source.eks.kubeconfig', beside access_key_id and secret_access_key" },
	{ "Amazon's plugin without a region",
		HEAD NEAR SERVER BOB
		"{exec: {command: aws-iam-authenticator, args: [token, -i, c], env: [{name: "
		"AWS_ACCESS_KEY_ID, value: id}, {name: AWS_SECRET_ACCESS_KEY, value: s3cret}]}}\n",
		NULL,
		"users 'bob': exec: 'aws-iam-authenticator': the argument --region is required" },
	{ "aws, but not for a token", HEAD NEAR SERVER BOB "{exec: {command: aws, args: [sso]}}\n",
		NULL,
		"users 'bob': exec: the plugin 'aws' cannot be run here; use the token of a service "
		"account" },
	{ "Azure's plugin without a client",
		HEAD NEAR SERVER BOB
		"{exec: {command: kubelogin, args: [get-token, --login, devicecode, --client-id, "
		"80faf920-1908-4b52-b5ef-a8e7bedfc67a]}}\n",
		NULL,
		"users 'bob': exec: 'kubelogin' finds no credentials here; give this kubeconfig as "
		"'source.aks.kubeconfig', beside client_id and client_secret" },
	{ "the other kubelogin",
		HEAD NEAR SERVER BOB "{exec: {command: kubelogin, args: [get-token, "
				     "'--oidc-issuer-url=https://idp.test']}}\n",
		NULL,
		"users 'bob': exec: the plugin 'kubelogin' cannot be run here; use the token of a "
		"service account" },
	{ "a token beats a plugin", HEAD NEAR SERVER BOB "{token: t0ken, exec: {command: tool}}\n",
		"https://k.test:6443 ns=team token=t0ken", NULL },
	{ "a provider without its issuer", HEAD NEAR SERVER BOB "{auth-provider: {name: oidc}}\n",
		NULL, "users 'bob': auth-provider: config.idp-issuer-url: is required" },
	{ "a provider without tokens",
		HEAD NEAR SERVER BOB "{auth-provider: {name: oidc, config: {idp-issuer-url: "
				     "'https://idp.test', client-id: c}}}\n",
		NULL,
		"users 'bob': auth-provider: config: must hold an id-token or a refresh-token" },
	{ "a provider in the clear",
		HEAD NEAR SERVER BOB "{auth-provider: {name: oidc, config: {idp-issuer-url: "
				     "'http://idp.test', client-id: c, refresh-token: s3cret}}}\n",
		NULL,
		"users 'bob': auth-provider: config.idp-issuer-url: must be an https URL without user, "
		"query and fragment" },
	{ "a provider's CA in a file",
		HEAD NEAR SERVER BOB
		"{auth-provider: {name: oidc, config: {idp-issuer-url: 'https://idp.test', client-id: "
		"c, id-token: s3cret, idp-certificate-authority: /x}}}\n",
		NULL,
		"users 'bob': auth-provider: idp-certificate-authority: names a file, which is not "
		"here; embed it: idp-certificate-authority-data" },
	{ "another provider", HEAD NEAR SERVER BOB "{auth-provider: {name: openstack}}\n", NULL,
		"users 'bob': auth-provider: 'openstack' is not supported; use the token of a service "
		"account" },
	{ "another identity",
		HEAD NEAR SERVER BOB
		"{token: t0ken, as: eve, as-uid: '7', as-groups: [a, b], as-user-extra: "
		"{example.org/x y: [one, two]}}\n",
		"https://k.test:6443 ns=team token=t0ken | Impersonate-User: eve | Impersonate-Uid: 7 "
		"| Impersonate-Group: a | Impersonate-Group: b | Impersonate-Extra-example.org%2Fx%20y: "
		"one | Impersonate-Extra-example.org%2Fx%20y: two",
		NULL },
	{ "groups of nobody", HEAD NEAR SERVER BOB "{token: t0ken, as-groups: [a]}\n", NULL,
		"users 'bob': as: is required beside as-uid, as-groups and as-user-extra" },
	{ "what is extra must be lists",
		HEAD NEAR SERVER BOB "{token: t0ken, as: eve, as-user-extra: {x: y}}\n", NULL,
		"users 'bob': as-user-extra: must be a map of lists of strings" },
};

static void reads(void **state)
{
	const struct config *row = *state;
	auto_cluster struct cluster cluster = { 0 };
	json_auto_t *given = json_string(row->yaml);
	auto_free char *text = NULL;
	struct err err = { 0 };
	int status = kubeconfig_read(&cluster, given, NULL, "source.kubeconfig", &err);

	if (row->cluster) {
		assert_int_equal(status, 0);
		text = text_of(&cluster);
		assert_string_equal(text, row->cluster);
		return;
	}
	text = mem_format("source.kubeconfig: %s", row->message);
	assert_failed(status, &err, ERR_CONFIG, text);
	assert_null(strstr(err.message, "s3cret"));
	assert_null(cluster.server);
}

static void a_context_may_be_chosen(void **state)
{
	auto_cluster struct cluster cluster = { 0 };
	json_auto_t *given = json_string(HEAD
		"clusters:\n- name: far\n  cluster: {server: 'https://far.test'}\n" BOB "{}\n");
	struct err err = { 0 };

	(void)state;
	assert_int_equal(kubeconfig_read(&cluster, given, "prod", "source.kubeconfig", &err), 0);
	assert_string_equal(cluster.server, "https://far.test");
	assert_null(cluster.namespace);
}

static void a_tree_is_as_good_as_its_text(void **state)
{
	auto_cluster struct cluster cluster = { 0 };
	json_error_t error;
	json_auto_t *given = json_loads(
		"{\"current-context\": \"c\", \"contexts\": [{\"name\": \"c\", \"context\": "
		"{\"cluster\": \"k\", \"user\": \"u\", \"namespace\": \"n\"}}], \"clusters\": [{\"name\": "
		"\"k\", \"cluster\": {\"server\": \"https://k.test\", \"insecure-skip-tls-verify\": true}}],"
		" \"users\": [{\"name\": \"u\", \"user\": {\"token\": \"t0ken\"}}]}",
		0, &error);
	auto_free char *text = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(kubeconfig_read(&cluster, given, NULL, "source.kubeconfig", &err), 0);
	text = text_of(&cluster);
	assert_string_equal(text, "https://k.test ns=n insecure token=t0ken");
}

static int forget(void **state)
{
	(void)state;
	log_release();
	return 0;
}

int main(void)
{
	UNIT_ROWS(reads, configs);
	UNIT_TEST(a_context_may_be_chosen);
	UNIT_TEST(a_tree_is_as_good_as_its_text);
	return unit_run_with(NULL, forget);
}
