# SPDX-License-Identifier: Apache-2.0
"""The controllers that play kpack's part; they know the cluster by the Kubernetes API alone."""
