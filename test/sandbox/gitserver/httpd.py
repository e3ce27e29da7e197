# SPDX-License-Identifier: Apache-2.0
"""The configuration of Apache for one git server."""

MODULES = ("mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic",
           "alias", "env", "setenvif", "headers", "cgid", "socache_shmcb", "ssl")

CONFIG = """\
ServerName 127.0.0.1
ServerRoot "{root}"
DefaultRuntimeDir "{root}"
PidFile "{root}/httpd.pid"
ErrorLog "{root}/error.log"
LogLevel warn
Mutex file:{root} default
Listen 127.0.0.1:{port}
{modules}
ScriptSock cgi.sock
StartServers 1
ServerLimit 2
ThreadsPerChild 16
MaxRequestWorkers 32
MinSpareThreads 1
MaxSpareThreads 32
KeepAlive On
KeepAliveTimeout 5
Timeout 60
LogFormat "{log_format}" requests
CustomLog "{root}/access.log" requests
ForensicLog "{root}/begun.log"

SSLEngine on
SSLProtocol -all +TLSv1.2 +TLSv1.3
SSLCertificateFile "{root}/server.crt"
SSLCertificateKeyFile "{root}/server.key"
{client}
SSLSessionCache shmcb:{root}/tls-sessions(128000)

SetEnv GIT_PROJECT_ROOT "{root}/repositories"
SetEnv GIT_HTTP_EXPORT_ALL 1
SetEnv GIT_CONFIG_NOSYSTEM 1
SetEnv HOME "{root}"
{protocol}
ScriptAlias / "{backend}/"
<Location "/">
    AuthType Basic
    AuthName "git"
    AuthUserFile "{root}/users"
    Require {require}
</Location>
"""

CLIENT = """\
SSLCACertificateFile "{root}/ca.crt"
SSLVerifyClient require
"""

V0_ONLY = "RequestHeader unset Git-Protocol early"


def _is_static(name, listing):
    return any(line.strip() == "mod_%s.c" % name for line in listing.splitlines())


def configure(root, port, backend, log_format, module_dir, static_modules, v0_only, anonymous,
              client_certificates):
    """The text of httpd.conf. static_modules is what `apache2 -l` prints."""
    modules = ["LoadModule %s_module %s/mod_%s.so" % (name, module_dir, name)
               for name in MODULES + ("logio", "log_config", "log_forensic", "unixd")
               if not _is_static(name, static_modules)]
    return CONFIG.format(root=root, port=port, backend=backend, log_format=log_format,
                         modules="\n".join(modules), protocol=V0_ONLY if v0_only else "",
                         client=CLIENT.format(root=root) if client_certificates else "",
                         require="all granted" if anonymous else "valid-user")
