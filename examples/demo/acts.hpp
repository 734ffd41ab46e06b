// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "fashion_mnist.hpp"

namespace demo {

void act_one_autoencoder(const fashion_mnist& data);
void act_two_classifier(const fashion_mnist& data);
void act_three_latent_plane(const fashion_mnist& data);

}  // namespace demo
