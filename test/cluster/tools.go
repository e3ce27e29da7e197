// SPDX-License-Identifier: Apache-2.0

//go:build tools

// Package tools names what the build script builds, so that go.mod and go.sum hold all of it.
package tools

import (
	_ "go.etcd.io/etcd/server/v3"
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
)
