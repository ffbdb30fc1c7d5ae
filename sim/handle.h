// SPDX-License-Identifier: Apache-2.0
//
// What Rust's pointer points to. For the bridges alone.
#pragma once

#include <exception>
#include <memory>
#include <string>

#include "sim/model.h"

namespace persimmon {

struct Handle {
  std::unique_ptr<Model> model;
  std::string error;
};

// Calls `what` with the model; an exception becomes the error of the handle.
template <class What>
bool guarded(Handle* handle, What what) {
  // Without a model, the error is why there is none.
  if (!handle->model) return false;
  const Model::Entered entered(*handle->model);
  try {
    what(*handle->model);
    return true;
  } catch (const std::exception& e) {
    handle->error = e.what();
    return false;
  }
}

}  // namespace persimmon
