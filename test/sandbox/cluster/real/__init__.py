# SPDX-License-Identifier: Apache-2.0
"""A real kube-apiserver in the place of server.py, with what the tests need in front of it."""
