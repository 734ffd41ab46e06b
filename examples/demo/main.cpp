// SPDX-License-Identifier: BSL-1.0
// Three gradients on real images: an autoencoder that finds the principal components, a classifier, and a Gaussian
// process that lays the images out in a plane. `demo [directory]` reads the images from another place.
#include "acts.hpp"
#include "report.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>

int main(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);  // progress appears at once, in a pipe too
    const std::filesystem::path directory = argc > 1 ? argv[1] : "/usr/share/datasets/fashion-mnist";
    try {
        const demo::stopwatch watch;
        const demo::fashion_mnist data = demo::load_fashion_mnist(directory);
        std::printf("Fashion-MNIST: %zu images to learn from, %zu to be tested on, read in %.1f s\n", data.train.size(),
                    data.test.size(), watch.seconds());
        demo::act_one_autoencoder(data);
        demo::act_two_classifier(data);
        demo::act_three_latent_plane(data);
        std::printf("\nall three acts: %.0f s\n", watch.seconds());
    } catch (const demo::missing_data& error) {
        std::fprintf(stderr, "demo: %s\nThe images are not installed: apt-get install dataset-fashion-mnist\n",
                     error.what());
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "demo: %s\n", error.what());
        return 1;
    }
}
