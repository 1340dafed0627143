#pragma once

#include <string>

#include "trawl/config/keys.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// The label of a list's point; "" if it has none.
std::string point_label(const Parameters& parameters);

/// "learning_rate=0.1 batch_size=32"; of a labelled point "Adam: optimizer=adam learning_rate=0.001".
std::string point_text(const Parameters& parameters);

/// As point_text(), of a labelled point without what the study has fixed just so.
std::string point_text(const Parameters& parameters, const StudyDefinition& study, const KeyTable& keys);

}  // namespace trawl
