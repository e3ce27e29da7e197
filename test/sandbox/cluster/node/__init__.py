# SPDX-License-Identifier: Apache-2.0
"""A node: it runs build pods, serves their logs to the API server, and serves what Deployments
deploy. It knows the cluster by the Kubernetes API alone."""
