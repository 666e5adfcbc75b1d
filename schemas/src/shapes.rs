//! The schemas as data. Generated from their texts by `cargo xtask generate`.

use crate::shape::Keyword::{
    DependentRequired, Items, MaxItems, Maximum, Members, MinItems, MinLength, MinProperties, Minimum, Not, PrefixItems,
    Required, Type,
};
use crate::shape::Type::{Array, Integer, Object, String};
use crate::shape::{Others, Shape};
use crate::schema_rule::SchemaRule::{EmptyValue, MissingKey, OutOfRange, UnexpectedImageName, UnknownKey, UnpairedLanguage, WrongCount, WrongType};

pub(crate) const LANGUAGES_DERIVED: Shape = Shape(&[DependentRequired(&[("language", "test_framework"), ("test_framework", "language")], UnpairedLanguage), Required(&["display_name","visible_filenames","filename_extension"], MissingKey), Type(&[Object], WrongType), Members(&[("display_name", PART_0), ("filename_extension", PART_1), ("hidden_filenames", PART_2), ("highlight_filenames", PART_3), ("image_name", PART_4), ("language", PART_6), ("max_seconds", PART_7), ("progress_regexs", PART_8), ("rag_lambda", PART_0), ("tab_size", PART_9), ("test_framework", PART_6), ("visible_filenames", PART_3)], Others::None(UnknownKey))]);
pub(crate) const LANGUAGES_PINNED: Shape = Shape(&[DependentRequired(&[("language", "test_framework"), ("test_framework", "language")], UnpairedLanguage), Required(&["display_name","visible_filenames","filename_extension","image_name"], MissingKey), Type(&[Object], WrongType), Members(&[("display_name", PART_0), ("filename_extension", PART_1), ("hidden_filenames", PART_2), ("highlight_filenames", PART_3), ("image_name", PART_0), ("language", PART_6), ("max_seconds", PART_7), ("progress_regexs", PART_8), ("rag_lambda", PART_0), ("tab_size", PART_9), ("test_framework", PART_6), ("visible_filenames", PART_3)], Others::None(UnknownKey))]);
pub(crate) const CUSTOM: Shape = Shape(&[DependentRequired(&[("language", "test_framework"), ("test_framework", "language")], UnpairedLanguage), Required(&["display_name","visible_filenames","filename_extension","image_name"], MissingKey), Type(&[Object], WrongType), Members(&[("display_name", PART_0), ("filename_extension", PART_1), ("hidden_filenames", PART_2), ("highlight_filenames", PART_3), ("image_name", PART_0), ("language", PART_6), ("max_seconds", PART_7), ("progress_regexs", PART_8), ("rag_lambda", PART_0), ("tab_size", PART_9), ("test_framework", PART_6), ("visible_filenames", PART_3)], Others::None(UnknownKey))]);
pub(crate) const EXERCISES: Shape = Shape(&[Required(&["display_name","visible_filenames"], MissingKey), Type(&[Object], WrongType), Members(&[("display_name", PART_0), ("visible_filenames", PART_3)], Others::None(UnknownKey))]);
pub(crate) const LANGUAGES_RESOLVED: Shape = Shape(&[DependentRequired(&[("language", "test_framework"), ("test_framework", "language")], UnpairedLanguage), Required(&["display_name","filename_extension","image_name","visible_files"], MissingKey), Type(&[Object], WrongType), Members(&[("display_name", PART_0), ("filename_extension", PART_1), ("hidden_filenames", PART_2), ("highlight_filenames", PART_3), ("image_name", PART_0), ("language", PART_6), ("max_seconds", PART_7), ("progress_regexs", PART_8), ("rag_lambda", PART_5), ("sha", PART_0), ("tab_size", PART_9), ("test_framework", PART_6), ("url", PART_0), ("visible_files", PART_11)], Others::None(UnknownKey))]);
pub(crate) const CUSTOM_RESOLVED: Shape = Shape(&[DependentRequired(&[("language", "test_framework"), ("test_framework", "language")], UnpairedLanguage), Required(&["display_name","filename_extension","image_name","visible_files"], MissingKey), Type(&[Object], WrongType), Members(&[("display_name", PART_0), ("filename_extension", PART_1), ("hidden_filenames", PART_2), ("highlight_filenames", PART_3), ("image_name", PART_0), ("language", PART_6), ("max_seconds", PART_7), ("progress_regexs", PART_8), ("rag_lambda", PART_5), ("sha", PART_0), ("tab_size", PART_9), ("test_framework", PART_6), ("url", PART_0), ("visible_files", PART_11)], Others::None(UnknownKey))]);
pub(crate) const EXERCISES_RESOLVED: Shape = Shape(&[Required(&["display_name","visible_files"], MissingKey), Type(&[Object], WrongType), Members(&[("display_name", PART_0), ("sha", PART_0), ("url", PART_0), ("visible_files", PART_11)], Others::None(UnknownKey))]);
pub(crate) const DOCKER_IMAGE_NAME: Shape = Shape(&[Required(&["image_name"], MissingKey), Type(&[Object], WrongType), Members(&[("image_name", PART_0)], Others::None(UnknownKey))]);

const PART_0: Shape = Shape(&[MinLength(1, EmptyValue), Type(&[String], WrongType)]);
const PART_1: Shape = Shape(&[Items(&PART_0), MinItems(1, EmptyValue), MinLength(1, EmptyValue), Type(&[String, Array], WrongType)]);
const PART_2: Shape = Shape(&[Items(&PART_0), Type(&[Array], WrongType)]);
const PART_3: Shape = Shape(&[Items(&PART_0), MinItems(1, EmptyValue), Type(&[Array], WrongType)]);
const PART_4: Shape = Shape(&[Not(UnexpectedImageName)]);
const PART_5: Shape = Shape(&[Type(&[String], WrongType)]);
const PART_6: Shape = Shape(&[MaxItems(2, WrongCount), MinItems(2, WrongCount), PrefixItems(&[PART_0, PART_5]), Type(&[Array], WrongType)]);
const PART_7: Shape = Shape(&[Maximum(20, OutOfRange), Minimum(1, OutOfRange), Type(&[Integer], WrongType)]);
const PART_8: Shape = Shape(&[Items(&PART_0), MaxItems(2, WrongCount), MinItems(2, WrongCount), Type(&[Array], WrongType)]);
const PART_9: Shape = Shape(&[Maximum(8, OutOfRange), Minimum(1, OutOfRange), Type(&[Integer], WrongType)]);
const PART_10: Shape = Shape(&[Required(&["content"], MissingKey), Type(&[Object], WrongType), Members(&[("content", PART_5)], Others::None(UnknownKey))]);
const PART_11: Shape = Shape(&[MinProperties(1, EmptyValue), Type(&[Object], WrongType), Members(&[], Others::Shape(&PART_10))]);
