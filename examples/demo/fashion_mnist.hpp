// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace demo {

inline constexpr std::size_t image_side = 28;
inline constexpr std::size_t image_pixels = image_side * image_side;
inline constexpr std::size_t class_count = 10;

inline constexpr std::array<std::string_view, class_count> class_names{
    "T-shirt", "trouser", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot"};

struct missing_data : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// One byte a pixel, 0 (background) to 255, image after image, as the files have it: the whole training set is 47 MB
// this way and would be 376 MB as double.
struct image_set {
    std::vector<std::uint8_t> pixels;
    std::vector<std::uint8_t> labels;

    std::size_t size() const { return labels.size(); }
    std::span<const std::uint8_t> image(std::size_t i) const {
        return {pixels.data() + i * image_pixels, image_pixels};
    }
};

struct fashion_mnist {
    image_set train;  // 60,000 images
    image_set test;   // 10,000 images
};

fashion_mnist load_fashion_mnist(const std::filesystem::path& directory);

}  // namespace demo
