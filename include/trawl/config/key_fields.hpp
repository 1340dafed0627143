#pragma once

#include <string>

#include "trawl/config/keys.hpp"

namespace trawl {

/// `value` has the type that read_value() gives for the key's rule.
void set_field(const JobKey& key, StudyDefinition& definition, const ParameterValue& value);
/// The field's value, as read_value() gives it.
ParameterValue field_value(const JobKey& key, StudyDefinition& definition);
/// The field's value as YAML. Both change nothing: a Field just has no const form.
std::string field_text(const JobKey& key, StudyDefinition& definition);

}  // namespace trawl
