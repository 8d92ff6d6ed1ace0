"""The functions of GoogleSQL in BigQuery, and how many arguments each takes, as its pages write them.

Arguments that are given by name (`max_distance => 3`) may be as many as are written.

Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/functions-all, and the page of each function
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from simulator.sql.spark_functions import Arguments

_BY_ARGUMENTS: Mapping[Arguments, str] = {
    (0, 0): "cume_dist current_timestamp dense_rank generate_uuid percent_rank rand rank row_number session_user",
    (0, 1): "current_date current_datetime current_time",
    (0, 6): "make_interval",
    (0, None): "json_array json_object struct",
    (1, 1): """
        abs acos acosh agg any_value approx_count_distinct array array_agg array_concat_agg array_first array_last
        array_length array_reverse ascii asin asinh atan atanh avg bag_of_words bit_and bit_count bit_or bit_xor
        bool byte_length cast cbrt ceil ceiling char_length character_length chr code_points_to_bytes
        code_points_to_string cos cosh cot coth count countif csc csch date_from_unix_date destination_node_id edges
        element_id error exists exp extract farm_fingerprint first_value floor from_base32 from_base64 from_hex
        grouping hll_count.extract hll_count.merge hll_count.merge_partial int64 is_inf is_nan json_flatten
        json_type justify_days justify_hours justify_interval keys.keyset_from_json keys.keyset_length
        keys.keyset_to_json keys.new_keyset kll_quantiles.merge_partial labels last_value lax_bool lax_float64
        lax_int64 lax_string length ln log10 logical_and logical_or lower max md5 min net.host net.ip_from_string
        net.ip_to_string net.ipv4_from_int64 net.ipv4_to_int64 net.public_suffix net.reg_domain
        net.safe_ip_from_string nodes ntile obj.fetch_metadata obj.get_read_url octet_length parse_bignumeric
        parse_numeric path_first path_last path_length range_end range_start reverse safe_cast
        safe_convert_bytes_to_string safe_negate sec sech sha1 sha256 sha512 sign sin sinh soundex source_node_id
        sqrt st_asbinary st_asgeojson st_astext st_boundary st_boundingbox st_centroid st_centroid_agg st_convexhull
        st_dimension st_endpoint st_extent st_exteriorring st_geogfrom st_geogpointfromgeohash st_geometrytype
        st_interiorrings st_isclosed st_iscollection st_isempty st_isring st_makepolygonoriented st_npoints
        st_numgeometries st_numpoints st_startpoint st_union_agg st_x st_y stddev stddev_pop stddev_samp sum tan
        tanh timestamp_micros timestamp_millis timestamp_seconds to_base32 to_base64 to_code_points to_hex typeof
        unicode unix_date unix_micros unix_millis unix_seconds upper var_pop var_samp variance
        vector_index.statistics
    """,
    (1, 2): """
        hll_count.init initcap json_extract_array json_extract_scalar json_extract_string_array json_query_array
        json_value json_value_array last_day log ltrim normalize normalize_and_casefold rtrim split st_area st_dump
        st_geohash st_length st_makeline st_makepolygon st_perimeter st_union string string_agg timestamp
        to_json_string trim trunc
    """,
    (1, 3): "date lag lead round tf_idf time",
    (1, 6): "datetime",
    (1, None): """
        array_concat coalesce concat float64 format greatest json_keys json_strip_nulls kll_quantiles.init_float64
        kll_quantiles.init_int64 least obj.make_ref parse_json s2_cellidfrompoint s2_coveringcellids
        st_geogfromgeojson st_geogfromtext st_geogfromwkb text_analyze to_json
    """,
    (2, 2): """
        approx_quantiles approx_top_count atan2 collate corr cosine_distance covar_pop covar_samp date_add date_sub
        datetime_add datetime_sub div dlp_key_chain ends_with euclidean_distance external_object_transform
        format_date format_datetime format_time ieee_divide ifnull json_extract json_query keys.keyset_chain
        keys.new_wrapped_keyset keys.rotate_keyset kll_quantiles.extract_float64 kll_quantiles.extract_int64
        kll_quantiles.extract_point_float64 kll_quantiles.extract_point_int64 kll_quantiles.merge_float64
        kll_quantiles.merge_int64 kll_quantiles.merge_point_float64 kll_quantiles.merge_point_int64 left max_by
        min_by mod net.ip_net_mask net.ip_trunc nth_value nullif parse_date parse_datetime parse_time
        percentile_cont percentile_disc pow power range range_bucket range_contains range_intersect range_overlaps
        regexp_contains regexp_extract_all repeat right safe_add safe_divide safe_multiply safe_subtract st_azimuth
        st_contains st_coveredby st_covers st_difference st_disjoint st_equals st_geogpoint st_intersection
        st_intersects st_lineinterpolatepoint st_linelocatepoint st_pointn st_simplify st_snaptogrid st_touches
        st_within starts_with strpos time_add time_sub time_trunc timestamp_add timestamp_sub
    """,
    (2, 3): """
        array_to_string date_bucket date_trunc datetime_bucket datetime_trunc external_query format_timestamp
        generate_array generate_date_array generate_range_array lpad obj.get_access_url parse_timestamp rpad
        st_closestpoint st_distance st_maxdistance substr substring timestamp_bucket timestamp_trunc
    """,
    (2, 4): "instr regexp_extract regexp_substr",
    (2, 5): "regexp_instr",
    (2, None): """
        contains_substr edit_distance json_remove search st_buffer st_bufferwithtolerance st_hausdorffdistance
        st_regionstats vector_search
    """,
    (3, 3): """
        aead.decrypt_bytes aead.decrypt_string aead.encrypt appends approx_top_sum array_slice changes date_diff
        datetime_diff deterministic_decrypt_bytes deterministic_decrypt_string deterministic_encrypt
        generate_timestamp_array if keys.add_key_from_raw_bytes keys.rewrap_keyset keys.rotate_wrapped_keyset
        regexp_replace replace st_angle st_clusterdbscan st_linesubstring time_diff timestamp_diff translate
    """,
    (3, 4): "dlp_deterministic_decrypt dlp_deterministic_encrypt range_sessionize st_dwithin",
    (3, None): "gap_fill json_array_append json_array_insert json_set st_hausdorffdwithin",
    (5, 5): "st_intersectsbox",
}

GOOGLESQL_FUNCTIONS: Mapping[str, Arguments] = MappingProxyType(
    {name.upper(): takes for takes, names in _BY_ARGUMENTS.items() for name in names.split()}
)
"""Every function of BigQuery, in upper case, and how many arguments it takes."""

_BY_RETURN_TYPE: Mapping[str, str] = {
    "GEOGRAPHY": """
        st_boundary st_buffer st_bufferwithtolerance st_centroid st_centroid_agg st_closestpoint st_convexhull
        st_difference st_endpoint st_exteriorring st_geogfrom st_geogfromgeojson st_geogfromtext st_geogfromwkb
        st_geogpoint st_geogpointfromgeohash st_intersection st_lineinterpolatepoint st_linesubstring st_makeline
        st_makepolygon st_makepolygonoriented st_pointn st_simplify st_snaptogrid st_startpoint st_union st_union_agg
    """,
    "ARRAY<GEOGRAPHY>": "st_dump st_interiorrings",
    "ARRAY<INT64>": "kll_quantiles.extract_int64 kll_quantiles.merge_int64 s2_coveringcellids",
    "ARRAY<FLOAT64>": "kll_quantiles.extract_float64 kll_quantiles.merge_float64",
    "ARRAY<STRING>": "text_analyze",
    "ARRAY<JSON>": "json_flatten",
    "ARRAY<STRUCT<term STRING, count INT64>>": "bag_of_words",
    "ARRAY<STRUCT<term STRING, tf_idf FLOAT64>>": "tf_idf",
    "STRUCT<xmin FLOAT64, ymin FLOAT64, xmax FLOAT64, ymax FLOAT64>": "st_boundingbox st_extent",
}

RETURN_TYPES: Mapping[str, str] = MappingProxyType(
    {name.upper(): returned for returned, names in _BY_RETURN_TYPE.items() for name in names.split()}
)
"""What functions return that sqlglot knows by their names only, where values of that type are not to be grouped."""
