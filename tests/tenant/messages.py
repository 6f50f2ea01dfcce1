"""What errors say, by code: in English and, for readers of French, in French."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "400-100": ("The request cannot be read: {}.", "La requête est illisible : {}."),
    "400-101": (
        "Unsupported query parameter(s) supplied: '{}'.",
        "Paramètre(s) de requête non pris en charge : '{}'.",
    ),
    "400-102": ("Unsupported value for query parameter '{}'.", "Valeur du paramètre '{}' refusée."),
    "400-105": (
        "Query parameter '{}' must be a positive integer.",
        "Le paramètre '{}' doit être un entier positif.",
    ),
    "400-112": ("Query parameter '{}' is required.", "Le paramètre '{}' est requis."),
    "400-116": ("Unsupported attribute '{}' in $attribute.", "Attribut '{}' refusé."),
    "400-120": (
        "Page and range parameters cannot be mixed.",
        "Les paramètres de page et de plage ne se combinent pas.",
    ),
    "400-124": ("$order needs $sort.", "Le paramètre $order demande $sort."),
    "400-138": ("'{}' is given more than once.", "'{}' est donné plus d'une fois."),
    "400-146": ("Required attribute '{}' is missing.", "L'attribut requis '{}' manque."),
    "400-147": ("Unsupported attribute '{}' is present.", "L'attribut '{}' n'est pas permis."),
    "400-152": ("Invalid value of attribute '{}'.", "Valeur de l'attribut '{}' refusée."),
    "400-177": ("Locked by another user: {}.", "Verrouillé par un autre utilisateur : {}."),
    "400-194": ("Not found: {}.", "Introuvable : {}."),
    "400-244": ("Invalid value for query parameter '{}'.", "Valeur du paramètre '{}' refusée."),
    "400-245": (
        "At least one query parameter that filters is needed.",
        "Il faut au moins un paramètre de filtre.",
    ),
    "400-253": ("Not in an open status: {}.", "Pas dans un état ouvert : {}."),
    "400-264": ("A body is required.", "Un corps de requête est requis."),
    "400-387": ("Attribute '{}' cannot be empty.", "L'attribut '{}' ne peut être vide."),
    "400-614": ("Another parameter is needed beside 'type'.", "'type' demande un autre paramètre."),
    "401-101": (
        "Invalid or expired '{}' header provided. New login is required.",
        "En-tête '{}' invalide ou expiré. Une nouvelle connexion est requise.",
    ),
    "401-102": ("Wrong user name or password.", "Nom ou mot de passe incorrect."),
    "403-101": ("Too many open sessions.", "Trop de sessions ouvertes."),
    "403-112": ("{} are not allowed to access this URL.", "{} : accès refusé."),
    "403-178": ("User is not allowed to perform: {}.", "Action non permise : {}."),
    "403-197": ("The token lacks the scope '{}'.", "Le jeton n'a pas la portée '{}'."),
    "404-100": ("There is nothing at this address.", "Rien à cette adresse."),
    "405-100": ("Method not allowed here.", "Méthode non permise ici."),
    "406-100": ("Invalid Accept-Language value: '{}'.", "Accept-Language refusé : '{}'."),
    "406-101": ("Invalid Accept value: '{}'.", "Accept refusé : '{}'."),
    "409-100": ("Changed since it was read: {}.", "Modifié depuis la lecture : {}."),
    "500-100": ("The request could not be processed.", "La requête n'a pu être traitée."),
}


def message(code: str, values: tuple[str, ...], language: str) -> str:
    """The sentence for a code, at most 255 characters."""
    texts = TEXTS.get(code, ("Refused: {}.", "Refusé : {}."))
    text = texts[1 if language.startswith("fr") else 0]
    return text.format(*(*values, *[""] * text.count("{}")))[:255]
